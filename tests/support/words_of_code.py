"""The sentences of the command line, from its code: arguments of `say` and `count`, help, headings, and errors.

A babel extractor (`make messages`, warraq/locale/babel.cfg). An error is taken as it is written, with `{fields}` in
place of expressions: `warraq.locale.error_words` matches what the floors below raise against these.
"""

import ast
import inspect
import re
from collections.abc import Iterator
from typing import IO, Any

Message = tuple[int, str | None, "str | tuple[str, str]", list[str]]

#: Dictionaries and tuples of a module whose strings a person reads.
TABLES = {"BEGINNINGS", "EXIT_CODES", "_CURES", "STATUSES", "WORDS", "TERMS", "HELP", "_FIGURES"}
#: Functions that raise, or make what is raised.
_RAISING = {"_error", "fail", "missing", "BadParameter", "BadUrl", "_fault"}
_HEADINGS = {"table"}
#: Functions whose first argument is translated: by themselves, or later (`_` only marks it).
_TRANSLATING = {"say", "_"}
_ARABIC = re.compile("[\u0621-\u064a]")
#: Errors that no person reads: bugs, or caught by us.
_NOT_FOR_PEOPLE = {"KeyError", "IndexError", "AttributeError", "TypeError", "AssertionError", "RuntimeError", "OSError"}
#: Words with letters of ours: what a template says between its fields.
_WORDS = re.compile(r"[A-Za-z]{2,}.*\s|\s.*[A-Za-z]{2,}", re.DOTALL)


def extract(file: IO[bytes], keywords: Any, comment_tags: Any, options: Any) -> Iterator[Message]:
    """Extract the messages of a Python file, each once. The signature is babel's."""
    held: set[str | tuple[str, str]] = set()
    for line, message in _messages(ast.parse(file.read())):
        if message and message not in held:
            held.add(message)
            yield line, "ngettext" if isinstance(message, tuple) else None, message, []


def _messages(tree: ast.Module) -> Iterator[tuple[int, "str | tuple[str, str]"]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call):
            yield from ((node.lineno, message) for message in _of_call(node, tree))
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_command(node):
            yield from ((node.lineno, paragraph) for paragraph in _paragraphs(ast.get_docstring(node) or ""))
        elif isinstance(node, (ast.Assign, ast.AnnAssign)) and _target(node) in TABLES and node.value is not None:
            yield from ((node.lineno, text) for text in _strings(node.value))


def _of_call(node: ast.Call, tree: ast.Module) -> Iterator["str | tuple[str, str]"]:
    name = _name(node.func)
    texts = [argument.value for argument in node.args if isinstance(argument, ast.Constant)]
    if name in _TRANSLATING and isinstance(node.func, ast.Name):
        yield from (text for text in texts[:1] if isinstance(text, str))
    elif name == "count" and isinstance(node.func, ast.Name) and len(texts) >= 2:
        yield (str(texts[-2]), str(texts[-1]))
    elif name == "numbered":
        nouns = [text for text in texts if isinstance(text, str)]
        if nouns:
            one, many = nouns[0], nouns[1] if len(nouns) > 1 else f"{nouns[0]}s"
            yield (f"%(num)s {one}", f"%(num)s {many}")
    elif name in _HEADINGS:
        for text in _templates(node.args, tree, node):
            yield from [] if _ARABIC.search(text) else [text]
    elif name in _RAISING or (name.endswith("Error") and name not in _NOT_FOR_PEOPLE):
        yield from filter(_is_sentence, _templates(node.args, tree, node))
    elif name == "Checkpoint":
        yield from _templates(node.args, tree, node)
    elif name == "VerifyFinding":
        values = [keyword.value for keyword in node.keywords if keyword.arg in ("message", "cure")]
        yield from filter(_is_sentence, _templates(values, tree, node))
    for keyword in node.keywords:
        if keyword.arg == "help" and isinstance(keyword.value, ast.Constant) and isinstance(keyword.value.value, str):
            yield keyword.value.value
        if keyword.arg == "title" and name == "render":
            yield from filter(_is_sentence, _templates([keyword.value], tree, node))


def _templates(parts: list[ast.expr], tree: ast.Module, where: ast.AST) -> Iterator[str]:
    """Sentences in some expressions, those of variables too that the same function assigns."""
    for part in parts:
        yield from _sentences(part)
        for variable in ast.walk(part):
            if isinstance(variable, ast.Name):
                for value in _assigned(variable.id, tree, where):
                    yield from _sentences(value)


def _sentences(part: ast.expr) -> Iterator[str]:
    """Strings of an expression: each branch of a choice, each item of a list, and those inside fields."""
    if isinstance(part, ast.Starred):
        yield from _sentences(part.value)
    elif isinstance(part, ast.Constant) and isinstance(part.value, str):
        yield part.value
    elif isinstance(part, ast.JoinedStr):
        yield _as_template(part)
        for piece in part.values:
            if isinstance(piece, ast.FormattedValue) and isinstance(piece.value, ast.IfExp):
                yield from _sentences(piece.value)
    elif isinstance(part, ast.IfExp):
        yield from _sentences(part.body)
        yield from _sentences(part.orelse)
    elif isinstance(part, ast.BoolOp):
        for value in part.values:
            yield from _sentences(value)
    elif isinstance(part, (ast.Tuple, ast.List)):
        for item in part.elts:
            yield from _sentences(item)


def _as_template(text: ast.JoinedStr) -> str:
    """An f-string with named fields: the name of a variable, or a number."""
    made, names = "", []
    for piece in text.values:
        if isinstance(piece, ast.Constant):
            made += str(piece.value)
        elif isinstance(piece, ast.FormattedValue):
            names.append(_field(piece.value, names))
            made += f"{{{names[-1]}}}"
    return made


def _field(expression: ast.expr, held: list[str]) -> str:
    name = expression.id if isinstance(expression, ast.Name) else ""
    if isinstance(expression, ast.Attribute):
        name = expression.attr
    name = name.strip("_") or f"field{len(held) + 1}"
    return name if name not in held else f"{name}{len(held) + 1}"


def _assigned(name: str, tree: ast.Module, where: ast.AST) -> Iterator[ast.expr]:
    """What a variable is given, in the function around a node, or in the module."""
    functions = [
        node
        for node in ast.walk(tree)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and any(below is where for below in ast.walk(node))
    ]
    for scope in functions or [tree]:
        for node in ast.walk(scope):
            if isinstance(node, ast.Assign) and any(isinstance(to, ast.Name) and to.id == name for to in node.targets):
                yield node.value


def _is_command(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    called = (decorator.func for decorator in node.decorator_list if isinstance(decorator, ast.Call))
    plain = (decorator for decorator in node.decorator_list if isinstance(decorator, ast.Attribute))
    return any(_name(function) in ("command", "group") for function in (*called, *plain))


def _is_sentence(text: str) -> bool:
    """Whether a template says something; one with braces of its own cannot be matched."""
    return "{{" not in text and "}}" not in text and bool(_WORDS.search(re.sub(r"\{\w+\}", "", text)))


def _paragraphs(docstring: str) -> Iterator[str]:
    """Paragraphs of a help text but those to copy, as `warraq.cli.shared.translated_help` asks for them."""
    for paragraph in inspect.cleandoc(docstring).split("\n\n"):
        if not paragraph.lstrip(" ").startswith("\b"):
            yield " ".join(paragraph.split())


def _strings(value: ast.expr) -> Iterator[str]:
    """All strings of a table but its keys, those of names put for them included."""
    keys = {id(key) for node in ast.walk(value) if isinstance(node, ast.Dict) for key in node.keys}
    for node in ast.walk(value):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys:
            yield node.value


def _target(node: ast.Assign | ast.AnnAssign) -> str:
    target = node.targets[0] if isinstance(node, ast.Assign) else node.target
    return target.id if isinstance(target, ast.Name) else ""


def _name(function: ast.expr) -> str:
    return (
        function.attr if isinstance(function, ast.Attribute) else function.id if isinstance(function, ast.Name) else ""
    )
