"""What the doctor looks at of the vault: that its store answers, and that its object lock holds."""

from typing import TYPE_CHECKING

from rogatory.cli.doctor import Finding

if TYPE_CHECKING:
    from rogatory.profile import Profile


def vault(where: "Profile") -> Finding:
    """Not ok where the store does not answer, or promises an object lock that does not hold."""
    from rogatory.adapters.vault_fs import open_vault
    from schemas.vault import LockState

    opened = open_vault(where.home)
    cases = sum(1 for _ in opened.cases())
    found = opened.protection()
    detail = f"{opened.place}, {'1 case' if cases == 1 else f'{cases} cases'}; {found.detail}"
    if found.refused:
        fix = "The configuration demands an object lock: nothing is stored until it holds. See docs/operate.md."
        return Finding("Vault", False, detail, fix)
    if found.state is LockState.ENFORCED:
        return Finding("Vault", True, detail)
    if found.state is LockState.NOT_PROMISED:
        return Finding("Vault", True, f"{detail}; no object lock")
    return Finding("Vault", False, detail, "See docs/operate.md, under: The vault in an S3 store.")
