/**
 * Owns what the kernel is called: kern.ostype and what belongs to it. Pure data.
 */
export const OSTYPE = 'DragonFly';
/** The tree of 38b5d46c is of the first days of 2017. */
export const OSRELEASE = '4.7-DEVELOPMENT';
export const OSREVISION = 199506;
export const OSVERSION = `${OSTYPE} ${OSRELEASE} smplab`;
