import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import {
  Memory,
  NULL,
  array,
  bytes,
  cstring,
  flags,
  int32,
  pointer,
  struct,
  structText,
  tailqEntry,
  uint64,
} from '@smplab/kmem';

const Thing = struct('thing', {
  t_flag: flags({ T_ONE: 1, T_TWO: 2 }),
  t_none: flags({ T_ONE: 1 }),
  t_next: pointer('thing'),
  t_up: pointer('thing'),
  t_time: uint64,
  t_name: cstring(8),
  t_raw: bytes(3),
  t_list: array(int32, 70),
  t_link: tailqEntry('thing'),
});

describe('struct text', () => {
  it('shows every kind of field in a readable form', () => {
    const memory = Memory.create();
    const at = memory.reserve<'thing'>(Thing.size);
    const thing = Thing.view(memory, at);
    thing.t_flag = 0x13;
    thing.t_next = at;
    thing.t_time = 2n ** 64n - 1n;
    thing.t_name = 'a "b"';
    thing.t_raw.write(Uint8Array.of(1, 2, 255));
    const text = structText(memory, Thing, at);
    for (const line of [
      `struct thing at ${at} {`,
      '  t_flag = T_ONE|T_TWO|0x10',
      '  t_none = 0x0',
      `  t_next = thing ${at}`,
      '  t_up = NULL',
      '  t_time = 18446744073709551615',
      '  t_name = "a \\"b\\""',
      '  t_raw = 0102ff',
      '  t_link = tailq of thing [0, 0]',
    ]) {
      assert.ok(text.split('\n').includes(line), `${line}\nis not in\n${text}`);
    }
    assert.match(text, /t_list = \[(0, ){64}\.\.\. 6 more\]/);
  });

  it('refuses a null pointer', () => {
    assert.throws(() => structText(Memory.create(), Thing, NULL), /EFAULT/);
  });
});
