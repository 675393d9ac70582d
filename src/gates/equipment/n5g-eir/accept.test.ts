import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AcceptMemory } from './accept.ts';

describe('an Accept header', () => {
  const memory = new AcceptMemory();

  for (const accept of [
    undefined,
    '',
    '*/*',
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/problem+json, application/json',
    'text/html, application/*;q=0.1',
    'text/html;q=0.9, */*;q=0.001',
    'application/json;q=1.0,*/*;q=0',
  ]) {
    it(`'${accept}' lets us answer`, () => assert.equal(memory.accepts(accept), true));
  }

  for (const accept of [
    'text/html',
    'application/xml',
    'application/problem+json',
    'application/json;q=0',
    '*/*;q=0.0',
    'application/json; q=0, */*',
    'application/json;q=x',
    ',',
    'json',
  ]) {
    it(`'${accept}' does not`, () => assert.equal(memory.accepts(accept), false));
  }
});
