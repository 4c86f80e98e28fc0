import { getCatalogs } from '@lingui/cli/api';
import { getConfig } from '@lingui/conf';
import { join } from 'node:path';
import { expect, it } from 'vitest';

// A build for production drops the texts of the sources: what a catalogue lacks is shown as an id such as fnm5X1.
it('has every message of the sources, in every language', async () => {
    const config = getConfig({ configPath: join(__dirname, '..', 'build', 'lingui.config.js') });
    const [catalog] = await getCatalogs(config);
    const messages = await catalog!.collect();
    const translations = await catalog!.readAll();

    const textOf = (id: string) => messages?.[id]?.message ?? id;
    const ids = Object.keys(messages ?? {}).map(textOf).sort();
    expect(ids.length).toBeGreaterThan(40);
    for (const locale of config.locales) {
        const translated = Object.entries(translations[locale] ?? {}).filter(([, { translation }]) => translation);
        expect(translated.map(([id]) => textOf(id)).sort(), `run "npm run dashboard:messages" and fill ${locale}.po`).toEqual(ids);
    }
});
