"""`docs/codes.md`: the finding codes by family."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docs_markdown import code_block, page, prose

from torch2ms.codes import FAMILIES, Code, CodePage
from torch2ms.report.wording import code_sections


def code_pages(codes: Mapping[Code, CodePage]) -> dict[str, str]:
    """The page, by its path in `docs/`."""
    families = {digit: [code for code in codes.values() if code.code[3] == digit] for digit in FAMILIES}
    parts = [
        "# Finding codes",
        "A finding says where a conversion needs a look, as `file:line:col CODE message`. `torch2ms explain CODE` "
        "shows what stands here. The hundreds are families; a number is never used again for something else.",
        "\n".join(f"- [T2M{digit}xx](#t2m{digit}xx): {FAMILIES[digit]}" for digit, found in families.items() if found),
    ]
    for digit, found in families.items():
        if found:
            parts.append(f'<a id="t2m{digit}xx"></a>\n## T2M{digit}xx: {FAMILIES[digit]}')
            parts += [part for code in found for part in _code(code)]
    return {"codes.md": page("torch2ms/codes.py", *parts)}


def _code(code: CodePage) -> Iterator[str]:
    yield f'<a id="{code.code.lower()}"></a>\n### {code.code}: {prose(code.title)}'
    yield prose(code.what)
    for section in code_sections(code):
        if section.is_code:
            yield f"{section.label}:\n{code_block(section.text)}"
        else:
            yield f"**{section.label}:** {prose(section.text)}"
