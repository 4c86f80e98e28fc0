const { formatter } = require('@lingui/format-po');

/** `npm run dashboard:messages` collects the messages of the sources; a test fails when one is missing or untranslated. */
module.exports = {
    sourceLocale: 'en',
    locales: ['en', 'de'],
    catalogs: [
        { path: '<rootDir>/../i18n/{locale}', include: ['<rootDir>/..'], exclude: ['**/*.spec.ts', '**/*.d.ts'] },
    ],
    format: formatter({ origins: false }),
    orderBy: 'message',
};
