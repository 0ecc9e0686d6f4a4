/**
 * Owns what others use of the references of vnodes: taking them, giving them back, and taking a vnode away
 * from those who have them.
 */
export { holdrelel, vcache_tryvget, vcache_vget, vholdl, vref, vrefcnt } from './vcount.ts';
export { vgone, vrecycle } from './vgone.ts';
export { vput, vrele } from './vrele.ts';
