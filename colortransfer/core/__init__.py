"""The ground floor: atomic files, files of arrays, folders, threads. It knows no pictures."""
