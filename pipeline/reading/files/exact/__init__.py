"""Sheets of an xlsx read element by element, where the fast reader must not be trusted.

calamine is fast and wrong in places: it drops what stands in a CDATA section, makes room for
every cell between two far ones, gives up a sheet over one odd cell. Here nothing is guessed
and nothing is lost; it costs six times as much, so `scan` decides who needs it.
"""
