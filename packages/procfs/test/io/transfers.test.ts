import { describe, it } from 'mocha';
import { session, SESSION_TEXTS } from './debug-session.ts';
import { files } from './proc-files.ts';
import { transfers } from './transfer-program.ts';

describe('mem, regs and ctl', () => {
  it('are enough for a debugger', transfers('session', session, { texts: SESSION_TEXTS }));

  it('are files of /proc', files('files', session, { texts: SESSION_TEXTS }));
});
