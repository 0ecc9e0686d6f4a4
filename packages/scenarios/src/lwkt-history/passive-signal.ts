/**
 * Owns T13: a CPU asks for many answers, which are sent back as passive messages.
 * DragonFlyBSD 1b1e83e245 and da0b0e8b56, sys/kern/lwkt_ipiq.c.
 */
import { EQUAL } from '@smplab/explore';
import { MAXCPUFIFO } from '@smplab/lwkt';
import { fixPair } from './fix-pair.ts';

const ANSWERS = MAXCPUFIFO - 1;

export default fixPair(
  'passive-signal',
  {
    found: 'deadlock',
    then:
      'A queue is full of passive messages, of which nobody told the target: the ' +
      'sender waits for room for ever.',
    now: 'The target is told when many passive messages have gathered, and when somebody waits for room.',
  },
  {
    threads: {
      client: function* (k, answers) {
        yield* k.lwkt_wait_ipiq(0, yield* k.lwkt_send_ipiq(0, 'question', answers));
      },
      question: function* (k, answers) {
        for (let count = 0; count < ANSWERS; count++) yield* k.lwkt_send_ipiq_passive(1, 'answer', answers);
      },
      answer: function* (k, answers) {
        yield* k.atomic_fetchadd_int(answers, 1);
      },
    },
  },
  function* (k) {
    const answers = yield* k.kmalloc('answers', 4);
    const client = yield* k.lwkt_create('client', { cpu: 1, args: [answers] });
    yield* k.until(answers, EQUAL, ANSWERS);
    yield* k.join(client);
  },
);
