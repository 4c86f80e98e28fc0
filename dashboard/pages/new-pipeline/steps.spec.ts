import { describe, expect, it } from 'vitest';
import { codeOf, emptyDraft, nameOf, noFields, withFields, withUpload } from './draft';
import { shownStep, stepsOf } from './steps';

const upload = { uploadId: 'u1', name: 'my_products-2.csv.gz', sizeBytes: 3 };
const uploaded = withUpload(emptyDraft, upload);
const mapping = { column: 'a', target: 'name', conversion: 'TEXT' as const, options: {} };
const mapped = withFields({ ...uploaded, loader: 'product' }, 'product', { ...noFields, mappings: [mapping] });

describe('the step that is shown', () => {
    it('is the one of the address as far as what comes before is decided', () => {
        expect(shownStep('create', emptyDraft)).toBe('file');
        expect(shownStep('create', uploaded)).toBe('target');
        expect(shownStep('fields', { ...uploaded, loader: 'product' })).toBe('fields');
        expect(shownStep('create', mapped)).toBe('create');
        expect(shownStep('preview', mapped)).toBe('preview');
        expect([shownStep(undefined, mapped), shownStep('nonsense', mapped)]).toEqual(['file', 'file']);
    });

    it('leaves out what a known kind of file answers', () => {
        const styled = { ...uploaded, style: 'shopify-products' };
        expect(stepsOf(styled)).toEqual(['file', 'preview', 'create']);
        expect(shownStep('create', styled)).toBe('create');
        expect(shownStep('fields', styled)).toBe('preview');
    });
});

describe('another file', () => {
    it('keeps what was decided about fields and begins another pipeline', () => {
        const created = { ...mapped, style: 'x', file: { delimiter: ';' }, created: { pipelineId: '1', revision: 1 } };
        const next = withUpload(created, { ...upload, uploadId: 'u2', name: 'spring.xlsx' });
        expect(next.fields).toEqual(mapped.fields);
        expect(next).toMatchObject({ loader: 'product', style: null, file: {}, created: null, code: 'spring' });
    });
});

it('makes a name and a code of the name of a file', () => {
    expect(nameOf('my_products-2.csv.gz')).toBe('My products 2');
    expect(codeOf('Größen & Préis 2.0')).toBe('groessen-preis-2-0');
    expect(nameOf('.csv')).toBe('');
});
