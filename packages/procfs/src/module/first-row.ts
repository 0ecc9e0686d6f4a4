/**
 * Owns nothing: the row of vnode operations is that of vnops.
 */
export { bootVnops, registerVnops } from '../vnops/vnops-boot.ts';
