import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

process.env.VENDURE_DISABLE_TELEMETRY = 'true';

/** What takes long begins first, so that no worker is left with it alone at the end. */
class LongOnesFirst extends BaseSequencer {
    override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
        const isLong = ({ moduleId }: TestSpecification) => /\.e2e\.ts$|memory\.spec\.ts$/.test(moduleId);
        const sorted = await super.sort(files);
        return [...sorted.filter(isLong), ...sorted.filter(file => !isLong(file))];
    }
}

const suites = {
    include: [
        'src/**/*.spec.ts',
        'shared/**/*.spec.ts',
        'dashboard/**/*.spec.ts',
        'e2e/**/*.e2e.ts',
        'bench/**/*.spec.ts',
    ],
    maxWorkers: 2,
    sequence: { sequencer: LongOnesFirst },
};

/** `--mode browser`: the dashboard in Chromium. Apart from the others, because the dashboard is built before. */
const browserSuites = {
    include: ['e2e/dashboard/**/*.browser.ts'],
    globalSetup: ['e2e/dashboard/support/build-once.ts'],
    maxWorkers: 1,
    // A browser waits for what a busy machine may not draw in time.
    retry: process.env.CI ? 1 : 0,
};

export default defineConfig(({ mode }) => ({
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
        ...(mode === 'browser' ? browserSuites : suites),
        setupFiles: ['e2e/support/set-up.ts'],
        pool: 'forks' as const,
        testTimeout: 60_000,
        hookTimeout: 180_000,
        env: { VENDURE_DISABLE_TELEMETRY: 'true' },
    },
}));
