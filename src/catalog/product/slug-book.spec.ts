import { describe, expect, it } from 'vitest';
import type { ChangeSet } from '../../sdk/change-set';
import { RunMemory } from './run-memory';
import { SlugBook } from './slug-book';

describe('slugs', () => {
    it('are numbered the way Vendure does it', () => {
        const book = new SlugBook(new RunMemory(false));
        book.add('en', 'laptop', 1);
        book.add('en', 'laptop-2', 2);
        book.add('en', 'mac-5', 3);
        expect(book.choose('en', 'laptop', undefined, undefined, 'a')).toBe('laptop-3');
        expect(book.choose('en', 'mac-5', undefined, undefined, 'b')).toBe('mac-2');
        expect(book.choose('de', 'laptop', undefined, undefined, 'c')).toBe('laptop');
    });

    it('stay with the product that has them', () => {
        const book = new SlugBook(new RunMemory(false));
        book.add('en', 'laptop', 1);
        book.add('en', 'laptop-2', 2);
        expect(book.choose('en', 'laptop', 'laptop', 1, 'product-1')).toBe('laptop');
        expect(book.choose('en', 'laptop', 'laptop-2', 2, 'product-2')).toBe('laptop-2');
    });

    it('given to a record are not given to another of the run, but again to the same one', () => {
        const memory = new RunMemory(false);
        expect(new SlugBook(memory).choose('en', 'new', undefined, undefined, 'first')).toBe('new');
        expect(new SlugBook(memory).choose('en', 'new', undefined, undefined, 'second')).toBe('new-2');
        expect(new SlugBook(memory).choose('en', 'new', undefined, undefined, 'first')).toBe('new');
    });
});

describe('slugs that a product gives up', () => {
    const book = () => {
        const slugs = new SlugBook(new RunMemory(false));
        slugs.add('en', 'lamp', 1);
        slugs.add('de', 'lamp', 1);
        return slugs;
    };
    const renamed = (): ChangeSet => ({
        action: 'UPDATE',
        key: 'lamp',
        entities: [
            {
                entityType: 'Product',
                entityId: '1',
                key: 'lamp',
                action: 'UPDATE',
                fields: [{ path: 'translations.en.slug', before: 'lamp', after: 'light' }],
            },
        ],
    });

    it('are free in their language for later records of the batch', () => {
        const slugs = book();
        slugs.release(renamed());
        expect(slugs.choose('en', 'lamp', undefined, undefined, 'second')).toBe('lamp');
        expect(slugs.choose('de', 'lamp', undefined, undefined, 'second')).toBe('lamp-2');
    });

    it('are not while another has them too', () => {
        const slugs = book();
        slugs.add('en', 'lamp', 7);
        slugs.release(renamed());
        expect(slugs.choose('en', 'lamp', undefined, undefined, 'second')).toBe('lamp-2');
    });
});

describe('the memory of claimed slugs', () => {
    it('lasts for the batches in flight and is given back when the database knows them', () => {
        const memory = new RunMemory(false);
        memory.claimSlug('en', 'pot', 'a');
        for (let commit = 0; commit < 64; commit++) memory.batchCommitted();
        expect(memory.isClaimed('en', 'pot', 'b')).toBe(true);
        memory.batchCommitted();
        expect(memory.isClaimed('en', 'pot', 'b')).toBe(false);
    });

    it('lasts for the whole of a dry run, which never writes them', () => {
        const memory = new RunMemory(true);
        memory.claimSlug('en', 'pot', 'a');
        for (let commit = 0; commit < 100; commit++) memory.batchCommitted();
        expect(memory.isClaimed('en', 'pot', 'b')).toBe(true);
    });
});
