"""CSV by the standard library. Its bound on a field is one for the whole process: lifted here, for all who read CSV.

Who reads bounds records or files instead. https://docs.python.org/3/library/csv.html#csv.field_size_limit
"""

import csv

csv.field_size_limit(2**31 - 1)
reader = csv.reader

__all__ = ["reader"]
