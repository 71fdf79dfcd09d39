import { describe, expect, it } from '@jest/globals';
import { fastify } from 'fastify';
import { AllowedMethods } from './allowed-methods.js';

describe('the methods of an address', () => {
  it('are those of the routes that fit, whatever is in their parameters', () => {
    const server = fastify();
    const methods = new AllowedMethods();
    methods.collectFrom(server);
    server.post('/v1/payments', () => '');
    server.get('/v1/operations/:id', () => '');
    server.put('/callbacks/:key/*', () => '');
    expect(methods.of('/v1/payments?x=1')).toEqual(['POST']);
    expect(methods.of('/v1/operations/17')).toEqual(['GET', 'HEAD']);
    expect(methods.of('/callbacks/k/a/b/c')).toEqual(['PUT']);
    expect(methods.of('/v1/operations/17/18')).toEqual([]);
    expect(methods.of('/v1.payments')).toEqual([]);
  });
});
