"""The `yunheng` command: finds the part that is asked for and starts it. Help needs neither Django nor numpy."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from gettext import NullTranslations, translation
from importlib import import_module
from pathlib import Path

WRONG_USE, TROUBLE, INTERRUPTED = 2, 1, 130


@dataclass(frozen=True, slots=True)
class Command:
    """``target`` is `module:function`, called with the remaining arguments; ``django``: set up before the call."""

    target: str
    help: str
    django: bool = True


def language() -> str:
    """`zh-hans` or `en`, as the person's environment says; used where nobody is signed in."""
    wanted = os.environ.get("YUNHENG_LANGUAGE") or next(
        (value for name in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(name))), ""
    )
    return "zh-hans" if wanted.lower().startswith("zh") else "en"


def words() -> NullTranslations:
    """The catalogue of this package in that language, by the standard library alone."""
    names = ["zh_Hans"] if language() == "zh-hans" else []
    return translation("django", Path(__file__).parent / "locale", names, fallback=True)


def commands() -> dict[str, Command]:
    _ = words().gettext
    own, judge = "yunheng.site.management", "yunheng.site.verdict"
    return {
        "serve": Command(f"{own}.serve:serve", _("the web pages, and a worker beside them")),
        "worker": Command(f"{own}.serve:work", _("a worker alone: events, jobs")),
        "migrate": Command(f"{own}.database:migrate", _("bring the database up to this version")),
        "demo": Command("yunheng.site.demo:main", _("fill an empty database with a fictional office")),
        "user": Command(f"{own}.users:main", _("create a user, give a role, set a first password")),
        "import": Command(f"{own}.bringing_in:main", _("bring in tickets, plan, people, survey or contract")),
        "calc": Command("yunheng.site.calc:main", _("compute working time, schedules, availability, scores"), False),
        "evaluate": Command(f"{judge}:evaluate", _("measure, score and write the report")),
        "seal": Command(f"{judge}:seal", _("seal an evaluation: the owner's act")),
        "verify": Command(f"{judge}:verify", _("hold a sealed result or the audit chain against the records")),
        "doctor": Command(f"{own}.doctor:main", _("look for trouble and say the way out")),
        "backup": Command(f"{own}.backup:backup", _("everything into one file, verified")),
        "restore": Command(f"{own}.backup:restore", _("a data folder from such a file"), False),
    }


def usage() -> str:
    _ = words().gettext
    found = commands()
    width = max(map(len, found))
    lines = [
        _("Yunheng runs an IT-operations contract from signature to acceptance, and weighs it."),
        "",
        _("Usage: yunheng COMMAND [ARGUMENTS]     yunheng COMMAND --help"),
        "",
        *(f"  {name:<{width}}  {command.help}" for name, command in found.items()),
        "",
        _("Everything is kept in the folder YUNHENG_DATA (without it: ./data)."),
    ]
    return "\n".join(lines)


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 trouble (named), 2 wrong use or bad input, 130 interrupted."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if not arguments or arguments[0] in {"-h", "--help", "help"}:
        print(usage())
        return 0 if arguments else WRONG_USE
    if arguments[0] in {"-V", "--version"}:
        from yunheng import __version__

        print(f"yunheng {__version__}")
        return 0
    name = arguments.pop(0)
    command = commands().get(name)
    if command is None:
        return _unknown(name)
    # What is written belongs to the office alone: no file that others may read, whoever starts us.
    os.umask(0o077)
    return _guarded(command, arguments)


def _unknown(name: str) -> int:
    from difflib import get_close_matches

    _ = words().gettext
    near = get_close_matches(name, commands(), 1)
    hint = _("Did you mean %(name)s?") % {"name": near[0]} if near else _("yunheng --help lists the commands.")
    complain(f"{_('There is no command %(name)s.') % {'name': name}} {hint}")
    return WRONG_USE


def complain(message: str) -> None:
    print(f"yunheng: {message}", file=sys.stderr)


def _guarded(command: Command, arguments: list[str]) -> int:
    """Run it; whatever a person can put right ends in a sentence, not in a traceback."""
    from yunheng.site.environment import BadSetting

    _ = words().gettext
    try:
        if command.django:
            _set_up_django()
        return _function(command.target)(arguments)
    except BadSetting as problem:
        complain(str(problem))
        return WRONG_USE
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:
        # The reader of a pipe has gone; leave without Python's own complaint at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as problem:
        if problem.errno not in {errno.ENOSPC, errno.EDQUOT, errno.EACCES, errno.EROFS, errno.EFBIG}:
            raise
        where = f"{problem.filename}: " if problem.filename else ""
        complain(f"{where}{problem.strerror}. {_('Nothing half done was kept.')}")
        return TROUBLE
    except Exception as problem:
        sentence = _in_words(problem)
        if sentence is None:
            raise
        complain(sentence)
        return WRONG_USE if getattr(problem, "status", 0) == 422 else TROUBLE


def _in_words(problem: Exception) -> str | None:
    """The sentence for an error of the ground or of the database; None for a mistake in the program."""
    from django.db import OperationalError, ProgrammingError

    from yunheng.foundation.errors import YunhengError

    _ = words().gettext
    if isinstance(problem, YunhengError):
        return str(problem)
    if isinstance(problem, OperationalError | ProgrammingError):
        said = str(problem).strip().splitlines()[0]
        if "no such table" in said or "no such column" in said or "does not exist" in said:
            return _("The database is older than this version (%(said)s). Run: yunheng migrate") % {"said": said}
        if "disk is full" in said or "disk I/O error" in said:
            return _("The disk is full or failing (%(said)s). Nothing half done was kept.") % {"said": said}
        return _("The database does not answer: %(said)s") % {"said": said}
    return None


def _set_up_django() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yunheng.site.settings")
    import django

    django.setup()
    from django.utils import translation as django_translation

    django_translation.activate(language())


def _function(target: str) -> Callable[[list[str]], int]:
    module, name = target.split(":")
    function: Callable[[list[str]], int] = getattr(import_module(module), name)
    return function


if __name__ == "__main__":
    sys.exit(main())
