"""`python -m yunheng.site.calc`."""

from yunheng.site.calc.command import main

raise SystemExit(main())
