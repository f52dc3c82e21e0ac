"""A corridor out of open data: countries, towns, ports, railways, roads, borders and lines of ships.

The data are those of packages that the extra ``atlas`` installs; they are read as files, nothing is
downloaded and none of their code runs. What comes out are rows of a programme, each with its basis and
source.
"""
