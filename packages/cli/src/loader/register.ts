/**
 * Makes the thread that imports it able to load scenario files (hooks.ts). Every worker imports this first,
 * by the URL that `loaderUrl` gives; so it imports nothing itself.
 */
import { register } from 'node:module';

const own = new URL(import.meta.url);
const hooks = own.pathname.endsWith('.ts') ? './hooks.ts' : './hooks.js';
register(hooks, { parentURL: import.meta.url, data: { folder: own.searchParams.get('folder') } });
