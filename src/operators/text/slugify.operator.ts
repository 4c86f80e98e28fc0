import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { isEmpty } from '../conditions/comparison';
import { readerOf, writerOf } from '../field-access';
import { refuse, quoted } from '../refuse';

export const slugify = defineOperator({
    code: 'slugify',
    name: 'Slug',
    description: 'Makes a text fit for a web address: small letters, digits and hyphens.',
    category: 'text',
    guarantees: 'The same text always gives the same slug. Accents are removed, letters of other scripts are kept.',
    limits: 'Does not make slugs unique: two products with the same name get the same slug.',
    schema: config({
        from: field.path('From', 'Field that is read.', { example: 'name' }),
        to: field.path('To', 'Field that gets the slug; absent: the same field.', { example: 'slug' }).optional(),
        overwrite: field.flag('Overwrite', 'Replaces a value that the target has already.').default(true),
    }),
    examples: [
        {
            title: 'From the name',
            config: { from: 'name', to: 'slug' },
            given: [{ name: 'Crème Brûlée – 2 × groß' }, { name: '' }],
            then: [{ name: 'Crème Brûlée – 2 × groß', slug: 'creme-brulee-2-gross' }, { name: '' }],
        },
        {
            title: 'Only where there is none',
            config: { from: 'name', to: 'slug', overwrite: false },
            given: [
                { name: 'Pot', slug: 'my-pot' },
                { name: 'Pan', slug: '' },
            ],
            then: [
                { name: 'Pot', slug: 'my-pot' },
                { name: 'Pan', slug: 'pan' },
            ],
        },
        {
            title: 'Nothing to make a slug of',
            config: { from: 'name', to: 'slug' },
            given: [{ name: '!!!' }],
            then: [],
            rejected: 1,
        },
    ],
    create({ config: { from, to = from, overwrite } }) {
        const read = readerOf(from);
        const readTarget = readerOf(to);
        const write = writerOf(to);
        return record => {
            if (!overwrite && !isEmpty(readTarget(record))) return record;
            const value = read(record);
            if (isEmpty(value) || (typeof value !== 'string' && typeof value !== 'number')) return record;
            const slug = slugOf(String(value));
            if (slug === '') {
                return refuse(
                    'slug-empty',
                    from,
                    value,
                    `No slug can be made of ${quoted(value)}: it has no letters and no digits.`,
                    'Give the record a name with letters, or a slug of its own.',
                );
            }
            write(record, slug);
            return record;
        };
    },
});

const SPELLED_OUT: Record<string, string> = {
    ß: 'ss',
    æ: 'ae',
    œ: 'oe',
    ø: 'o',
    đ: 'd',
    ð: 'd',
    þ: 'th',
    ł: 'l',
    ı: 'i',
};

function slugOf(text: string): string {
    return (
        text
            .toLowerCase()
            .normalize('NFKD')
            // Signs such as ™ and № consist of capital letters.
            .toLowerCase()
            .replace(/[ßæœøđðþłı]/g, letter => SPELLED_OUT[letter] ?? letter)
            .replace(/(\p{Script=Latin})\p{M}+/gu, '$1')
            .normalize('NFC')
            .replace(/['’]/g, '')
            .replace(/[^\p{L}\p{N}\p{M}]+/gu, '-')
            .replace(/^-+|-+$/g, '')
    );
}
