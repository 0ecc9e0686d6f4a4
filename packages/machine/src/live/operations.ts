/**
 * Owns the operations of a live CPU that the next context may use: one of each kind for all threads, because
 * a machine may have very many, and an operation is nearly always done before another one begins. An
 * operation that is not takes itself out of its place here and leaves a new one. Runs in the CPU's worker.
 */
import type { Kernel } from '@smplab/lwkt';
import { HeapOperation, WordOperation } from './operation.ts';
import { TokenOperation } from './token-operation.ts';
import { UponOperation } from './upon-operation.ts';

export class Operations {
  word = new WordOperation();
  heap = new HeapOperation();
  upon = new UponOperation(this);
  token: TokenOperation;

  constructor(kernel: Kernel) {
    this.token = new TokenOperation(kernel);
  }
}
