/**
 * Owns what programs of packages above have in common with those here, as libc and libkvm have it: options of
 * a command line, tables, variables of the kernel. Only names; the code is where they come from.
 */
export { getopt, numberOf, type Options } from './getopt.ts';
export { type Column, textTable } from './text-table.ts';
export { readNumber } from './variables.ts';
