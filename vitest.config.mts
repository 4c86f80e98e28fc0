import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

process.env.VENDURE_DISABLE_TELEMETRY = 'true';

export default defineConfig({
    plugins: [
        // Vite's own transpiler emits no decorator metadata, which Nest and TypeORM need.
        swc.vite({
            module: { type: 'es6' },
            jsc: {
                target: 'es2022',
                parser: { syntax: 'typescript', decorators: true },
                transform: { legacyDecorator: true, decoratorMetadata: true, useDefineForClassFields: false },
            },
        }),
    ],
    test: {
        include: ['src/**/*.spec.ts', 'shared/**/*.spec.ts', 'e2e/**/*.e2e.ts', 'bench/**/*.spec.ts'],
        setupFiles: ['e2e/support/set-up.ts'],
        pool: 'forks',
        maxWorkers: 2,
        testTimeout: 60_000,
        hookTimeout: 180_000,
        env: { VENDURE_DISABLE_TELEMETRY: 'true' },
    },
});
