"""What an editable copy says of itself, in the languages of the letters: English stands beside each other language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CopyWords:
    """The marks in one language."""

    not_original: str
    """Before the digest of the signed PDF."""
    draft: str
    signature: str
    """In the place of the signature."""
    unsigned: str
    """There, of a draft."""


ENGLISH = CopyWords(
    not_original="NOT THE ORIGINAL: an editable copy. The original is the signed PDF with the SHA-256 digest",
    draft="DRAFT: an editable copy, not signed.",
    signature="[No signature here: it is in the signed PDF.]",
    unsigned="[Not signed.]",
)
WORDS = {
    "en": ENGLISH,
    "fr": CopyWords(
        not_original="Copie modifiable, qui n\u2019est pas l\u2019original. L\u2019original est le PDF signé.",
        draft="PROJET\u202f: copie modifiable, non signée.",
        signature="[Pas de signature ici\u202f: elle se trouve dans le PDF signé.]",
        unsigned="[Non signé.]",
    ),
    "es": CopyWords(
        not_original="Copia editable; no es el original. El original es el PDF firmado.",
        draft="BORRADOR: copia editable, sin firmar.",
        signature="[Aquí no hay firma: figura en el PDF firmado.]",
        unsigned="[Sin firmar.]",
    ),
    "ar": CopyWords(
        not_original="نسخة قابلة للتحرير وليست الأصل. الأصل هو ملف PDF الموقَّع.",
        draft="مسودة: نسخة قابلة للتحرير وغير موقَّعة.",
        signature="[لا توقيع هنا: التوقيع في ملف PDF الموقَّع.]",
        unsigned="[غير موقَّع.]",
    ),
    "ru": CopyWords(
        not_original="Редактируемая копия, не оригинал. Оригинал — подписанный файл PDF.",
        draft="ПРОЕКТ: редактируемая копия, не подписана.",
        signature="[Здесь подписи нет: она в подписанном файле PDF.]",
        unsigned="[Не подписано.]",
    ),
    "zh": CopyWords(
        not_original="可编辑副本，并非正本。正本为已签署的 PDF 文件。",
        draft="草稿：可编辑副本，未经签署。",
        signature="[此处无签名：签名见已签署的 PDF 文件。]",
        unsigned="[未签署。]",
    ),
}


def words_of(language: str) -> CopyWords:
    """The marks in that language, else in English."""
    return WORDS.get(language.split("-", maxsplit=1)[0], ENGLISH)
