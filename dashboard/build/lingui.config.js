const { formatter } = require('@lingui/format-po');
const { default: babel } = require('@lingui/cli/api/extractors/babel');

/** Texts of the server, which the dashboard translates where it shows them. */
const ofServer = {
    match: file => file.endsWith('/server-texts.ts'),
    extract(file, _code, add) {
        require('@swc-node/register');
        for (const text of require(file).serverTexts) add({ id: text, message: text, origin: [file, 1] });
    },
};

/** `npm run dashboard:messages` collects the messages of the sources; a test fails when one is missing or untranslated. */
module.exports = {
    sourceLocale: 'en',
    locales: ['en', 'de'],
    extractors: [ofServer, babel],
    catalogs: [
        { path: '<rootDir>/../i18n/{locale}', include: ['<rootDir>/..'], exclude: ['**/*.spec.ts', '**/*.d.ts'] },
    ],
    format: formatter({ origins: false }),
    orderBy: 'message',
};
