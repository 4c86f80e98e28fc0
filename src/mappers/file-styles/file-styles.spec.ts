import { describe, expect, it } from 'vitest';
import { builtInRegistry } from '../../validation/built-in-registry';
import { validateDefinition } from '../../validation/validate-definition';
import { FILE_STYLES, recogniseStyles, styleDefinition } from './file-styles';

describe('known kinds of files', () => {
    it.each(FILE_STYLES.map(style => [style.code, style] as const))(
        '%s has a pipeline that can run',
        (_code, style) => {
            const definition = styleDefinition(style, { uploadId: 'abc', delimiter: ';' });
            expect(validateDefinition(definition, builtInRegistry()).problems).toEqual([]);
            const [read] = definition.steps;
            expect(read!.config).toMatchObject({ adapterCode: 'file', uploadId: 'abc', delimiter: ';' });
            expect(read!.config).not.toHaveProperty('path');
            expect(recogniseStyles([...style.required, ...style.usual, 'One more'])).toMatchObject([
                { style: { code: style.code }, confidence: 1 },
            ]);
        },
    );

    it('are not seen in a table that only shares some names', () => {
        expect(recogniseStyles(['name', 'sku', 'price', 'stock'])).toEqual([]);
        expect(recogniseStyles(['Handle', 'Title'])).toEqual([]);
    });
});
