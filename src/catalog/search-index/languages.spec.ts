import { Channel, LanguageCode } from '@vendure/core';
import { describe, expect, it } from 'vitest';
import { inLanguage, languagesByChannel } from './languages';

const { en, de, fr } = LanguageCode;

describe('languagesByChannel', () => {
    const channel = (id: number, ...availableLanguageCodes: LanguageCode[]) =>
        new Channel({ id, availableLanguageCodes, defaultLanguageCode: availableLanguageCodes[0] ?? en });
    const of = (...channels: Channel[]) =>
        [...languagesByChannel(channels)].map(([{ id }, codes]) => [id, [...codes].sort()]).reverse();

    it('adds the languages of later channels to those of a channel, as reindexing one after the other does', () => {
        expect(of(channel(1, en), channel(2, de), channel(3, fr, en))).toEqual([
            [1, [de, en, fr]],
            [2, [de, en, fr]],
            [3, [en, fr]],
        ]);
    });

    it('takes the default language of a channel that names none', () => {
        expect(of(channel(1))).toEqual([[1, [en]]]);
    });
});

describe('inLanguage', () => {
    const texts = [{ languageCode: fr }, { languageCode: en }];

    it('falls back to the language of the shop, then to the first', () => {
        expect(inLanguage(texts, fr, en)).toBe(texts[0]);
        expect(inLanguage(texts, de, en)).toBe(texts[1]);
        expect(inLanguage(texts, de, de)).toBe(texts[0]);
        expect(inLanguage(undefined, de, en)).toBeUndefined();
    });
});
