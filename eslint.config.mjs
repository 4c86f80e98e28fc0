import js from '@eslint/js';
import tseslint from 'typescript-eslint';

export default tseslint.config(
    {
        ignores: [
            'dist/',
            'coverage/',
            '.demo/',
            '.bench/',
            '.test-data/',
            '.dashboard/',
            '.ci/',
            'dashboard/build/lingui.config.js',
            'dashboard/gql/schema-types.d.ts',
        ],
    },
    js.configs.recommended,
    tseslint.configs.recommendedTypeChecked,
    {
        languageOptions: { parserOptions: { project: ['./dashboard/tsconfig.json', './tsconfig.json'] } },
        rules: {
            '@typescript-eslint/no-explicit-any': 'error',
            '@typescript-eslint/no-floating-promises': 'error',
            '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'as' }],
            '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', ignoreRestSiblings: true }],
            // Interfaces of ports and adapters are async even where one implementation is not.
            '@typescript-eslint/require-await': 'off',
            '@typescript-eslint/no-non-null-assertion': 'off',
            'no-restricted-imports': [
                'error',
                {
                    paths: [
                        { name: 'vm', message: 'User scripts never run in node:vm.' },
                        { name: 'node:vm', message: 'User scripts never run in node:vm.' },
                    ],
                },
            ],
            'no-eval': 'error',
            'no-console': 'error',
        },
    },
    { files: ['bench/**', 'demo/**', 'e2e/**', '**/*.spec.ts', 'dashboard/build/**'], rules: { 'no-console': 'off' } },
    { files: ['**/*.mjs', '**/*.mts'], ...tseslint.configs.disableTypeChecked },
);
