import { describe, expect, it } from 'vitest';
import type { PipelineDefinition } from '../../sdk/definition/definition';
import { builtInRegistry } from '../../validation/built-in-registry';
import { validateDefinition } from '../../validation/validate-definition';
import { FILE_STYLES } from './file-styles';
import { fitNumbers } from './fit-numbers';

const { definition } = FILE_STYLES.find(({ code }) => code === 'woocommerce-products')!;
const column = (name: string, decimalSign: string | null, thousandsSign: string | null = null) => ({
    name,
    decimalSign,
    thousandsSign,
});

/** The arguments of all conversions to `op` by the field that they read. */
function conversions(of: PipelineDefinition, op: string): Record<string, unknown> {
    const found = JSON.stringify(of).matchAll(new RegExp(`\\{"op":"${op}","args":(\\{[^}]*\\})\\}`, 'g'));
    return Object.fromEntries(
        [...found].map(([, args]) => JSON.parse(args!) as { path: string }).map(({ path, ...rest }) => [path, rest]),
    );
}

describe('the numbers of a known file', () => {
    it('are read as they are written where decimals stand behind a comma', () => {
        const columns = [column('Regular price', ',', '.'), column('Sale price', null), column('Stock', null)];
        const fitted = fitNumbers(definition, columns);
        expect(conversions(fitted.definition, 'toCents')).toMatchObject({
            'Regular price': { decimalSign: ',', thousandsSign: '.' },
            'Sale price': { decimalSign: ',', thousandsSign: '.', onBlank: 'NULL' },
        });
        expect(conversions(fitted.definition, 'toNumber').Stock).not.toHaveProperty('decimalSign');
        expect(fitted.notes).toEqual(['Numbers are read with a comma before their decimals, as the file has them.']);
        expect(validateDefinition(fitted.definition, builtInRegistry()).problems).toEqual([]);
    });

    it.each([
        ['with decimals behind a point', [column('Regular price', '.'), column('Stock', null)]],
        ['without any decimals', [column('Regular price', null)]],
        ['that are written both ways', [column('Regular price', ','), column('Sale price', '.')]],
        ['of a file that nobody has seen', []],
    ])('%s are left as they are', (_, columns) => {
        expect(fitNumbers(definition, columns)).toEqual({ definition, notes: [] });
    });
});
