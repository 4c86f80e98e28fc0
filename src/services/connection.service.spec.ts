import { describe, expect, it } from 'vitest';
import { JsonObject } from '../../shared/json';
import { checkConnection } from './connection.service';

const check = (config: JsonObject) => checkConnection({ code: 'erp', type: 'http', config });

describe('a connection', () => {
    it.each<[string, JsonObject]>([
        ['config.password', { password: 'x' }],
        ['config.pin.passwd', { pin: { passwd: 'x' } }],
        ['config.password', { password: 12345 }],
        ['config.tokens[1]', { tokens: [{ secret: 'first' }, 'x'] }],
        ['config.secretAccessKey', { secretAccessKey: 'x' }],
        ['config.access_key', { access_key: 'x' }],
        ['config.headers.Authorization', { headers: { Authorization: 'Bearer x' } }],
        ['config.url', { url: 'amqp://user:x@host' }],
        ['config.hosts[0]', { hosts: ['https://:x@host'] }],
    ])('holds no credential as plain text: %s', (place, config) => {
        expect(() => check(config)).toThrow(`holds a credential as plain text at ${place}.`);
    });

    it.each<[string, JsonObject]>([
        ['a reference', { password: { secret: 'erp-password' }, headers: { Authorization: { secret: 'erp' } } }],
        ['an empty one', { password: '' }],
        ['what only sounds like one', { tokenUrl: 'https://login/token', keyField: 'sku', passwordLess: true }],
        ['an address', { url: 'https://erp.example:8080/a:b@c?x=1', user: 'me' }],
    ])('may hold %s', (_, config) => {
        expect(() => check(config)).not.toThrow();
    });

    it.each<[string, Partial<Parameters<typeof checkConnection>[0]>, string]>([
        ['an empty name', { name: ' ' }, 'The name of connection "erp" must have between 1 and 255 characters.'],
        ['a long name', { name: 'x'.repeat(256) }, 'The name of connection "erp" must have between 1 and 255'],
        [
            'a long type',
            { type: 'x'.repeat(51) },
            'The type of connection "erp" must have between 1 and 50 characters.',
        ],
    ])('is refused with %s, for which there is no room', (_, given, message) => {
        expect(() => checkConnection({ code: 'erp', type: 'http', config: {}, ...given })).toThrow(message);
    });

    it('is checked in linear time', () => {
        const begin = performance.now();
        check({ url: `http://${':'.repeat(300_000)}` });
        expect(performance.now() - begin).toBeLessThan(5_000);
    });
});
