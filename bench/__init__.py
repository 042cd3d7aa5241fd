"""Measures Carrel beside other generators, on the same papers and with equal sites.

    python -m bench run        measure, interleaved, and write a file of results
    python -m bench report     make docs/performance.md and its plots from such a file
    python -m bench profile    say where the time of one build goes
    python -m bench corpus     only write papers, in the format of any of the generators

`bench/setup.sh` installs the other generators. CONTRIBUTING.md says more, under Measuring.
"""
