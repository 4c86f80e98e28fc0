import { describe, expect, it } from 'vitest';
import { FILE_STYLES } from './file-styles';
import { fitLanguages } from './fit-languages';

const { definition } = FILE_STYLES.find(({ code }) => code === 'magento-products')!;

describe('the languages of a known pipeline', () => {
    it('stay as they are where the shop has them', () => {
        for (const style of FILE_STYLES) {
            const languages = { main: 'en', available: ['en', 'de'] };
            expect(fitLanguages(style.definition, languages)).toEqual({ definition: style.definition, notes: [] });
        }
    });

    it('become that of the channel, and what the shop lacks goes from the table of store views', () => {
        const fitted = fitLanguages(definition, { main: 'de', available: ['de'] });
        expect(fitted.notes).toEqual([
            'Texts that name no language are taken to be in "de", the default language of the channel.',
        ]);
        expect(fitted.definition.steps.find(({ key }) => key === 'write')!.config).toMatchObject({
            languageCode: 'de',
        });
        expect(JSON.stringify(fitted.definition)).toContain('"values":{"default":"de","de":"de","german":"de"}');
    });
});
