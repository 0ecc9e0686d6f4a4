/** Types of teller.mjs, for the test. */
export declare const LINES_VARIABLE: string;
