/** Owns the list of the bugs with a CVE number, oldest first. */
import type { Scenario } from '@smplab/explore';
import cve20093547 from './cve-2009-3547.ts';
import cve20112183 from './cve-2011-2183.ts';
import cve20157550 from './cve-2015-7550.ts';
import cve20161973 from './cve-2016-1973.ts';
import cve20167911 from './cve-2016-7911.ts';
import cve20169806 from './cve-2016-9806.ts';
import cve201715265 from './cve-2017-15265.ts';

export const kernelHistory: readonly Scenario[] = [
  ...cve20093547,
  ...cve20112183,
  ...cve20157550,
  ...cve20161973,
  ...cve20167911,
  ...cve20169806,
  ...cve201715265,
];
