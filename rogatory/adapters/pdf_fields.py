"""Empty, tagged signature fields at places a template names, before anyone signs (PDF/UA-1 7.18, PDF/A-3 6.3.3)."""

import io
from collections.abc import Mapping

import pikepdf
from pikepdf import Array, Dictionary, Name, String

POINTS = 0.75  # a CSS pixel in points
Place = tuple[int, tuple[float, float, float, float], float]
"""Page index; x1, y1, x2, y2 in CSS pixels from the top left; page height in CSS pixels."""


def add_signature_fields(pdf: bytes, places: Mapping[str, Place]) -> bytes:
    """The PDF with an empty field for each place, in the order of their names; the same input gives the same bytes."""
    document = pikepdf.open(io.BytesIO(pdf))
    tree = document.Root.StructTreeRoot
    numbers = tree.ParentTree.Nums
    key = max(int(numbers[index]) for index in range(0, len(numbers), 2)) + 1
    top = tree.K[0] if isinstance(tree.K, Array) else tree.K
    form = Dictionary(Fields=Array([]), SigFlags=0)
    for name in sorted(places):
        index, (x1, y1, x2, y2), height = places[name]
        page = document.pages[index]
        box = [round(value * POINTS, 2) for value in (x1, height - y2, x2, height - y1)]
        words = String(name.removeprefix("sig-").replace("-", " ").capitalize() + ": signature")
        appearance = document.make_indirect(
            document.make_stream(
                b"",
                Type=Name.XObject,
                Subtype=Name.Form,
                BBox=Array([0, 0, box[2] - box[0], box[3] - box[1]]),
                Resources=Dictionary(),
            )
        )
        field = document.make_indirect(
            Dictionary(
                Type=Name.Annot,
                Subtype=Name.Widget,
                FT=Name.Sig,
                T=String(name),
                TU=words,
                Contents=words,
                F=4,
                Rect=Array(box),
                P=page.obj,
                StructParent=key,
                AP=Dictionary(N=appearance),
            )
        )
        element = document.make_indirect(
            Dictionary(
                Type=Name.StructElem,
                S=Name.Form,
                P=top,
                Pg=page.obj,
                Alt=words,
                # The reference itself, not an array of one: pyHanko allows later revisions only for this form.
                K=Dictionary(Type=Name.OBJR, Obj=field, Pg=page.obj),
            )
        )
        if not isinstance(top.K, Array):
            top.K = Array([top.K])
        top.K.append(element)
        numbers.append(key)
        numbers.append(element)
        key += 1
        if Name.Annots not in page.obj:
            page.obj.Annots = Array([])
        page.obj.Annots.append(field)
        page.obj.Tabs = Name.S
        form.Fields.append(field)
    tree.ParentTreeNextKey = key
    document.Root.AcroForm = document.make_indirect(form)
    out = io.BytesIO()
    document.save(out, deterministic_id=True, object_stream_mode=pikepdf.ObjectStreamMode.generate, linearize=False)
    return out.getvalue()
