/**
 * Owns the public face of the package.
 */
export * from './event.ts';
