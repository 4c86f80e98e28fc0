import { z } from 'zod';
import { UserError } from '../../sdk/errors';
import { config, field } from '../../sdk/field';
import { defineOperator } from '../../sdk/operator';
import { JoinOperation } from '../../sdk/whole-operation';
import { readerOf } from '../field-access';

const stepOutput = /^\$\.steps\.(.+)\.output$/;

export const join = defineOperator({
    code: 'join',
    name: 'Join',
    description: 'Adds fields of a second set of records to those that have the same key, such as prices to products.',
    category: 'whole',
    barrier: true,
    guarantees:
        'Ordered by the left record and then by the right one; right records without a match come last. Text is the same letter by letter, and 15 is the same as "15". An empty key matches nothing.',
    limits: 'Nothing goes on before the last record of both sides has arrived. Much data needs the package @duckdb/node-api.',
    schema: config({
        leftKey: field.path('Left key', 'Field of the records of this step.', { example: 'productId' }),
        rightKey: field.path('Right key', 'Field of the records of the other side.', { example: 'id' }),
        rightData: field
            .list(z.record(z.string(), z.json()), 'Right records', 'The other side, as records that stand here.')
            .optional(),
        rightDataPath: field
            .of(
                z.string().regex(stepOutput, 'must be $.steps.<key of a step>.output'),
                'Right step',
                'The other side, as the output of another step.',
                { example: '$.steps.prices.output' },
            )
            .optional(),
        type: field
            .choice('Type', 'Which records go on when they have no match.', {
                INNER: 'None: only pairs go on.',
                LEFT: 'Those of this step.',
                RIGHT: 'Those of the other side.',
                FULL: 'Those of both sides.',
            })
            .default('LEFT'),
        prefix: field
            .text(
                'Prefix',
                'Stands before the names of fields from the right. Without it they replace fields of the same name.',
                { example: 'price_' },
            )
            .default(''),
        select: field
            .paths('Fields', 'Fields that are taken from the right; without it, all.', { example: ['price'] })
            .optional(),
    }),
    examples: [
        {
            title: 'Prices from a second file',
            config: {
                leftKey: 'sku',
                rightKey: 'article',
                rightData: [
                    { article: '007', price: '9.99', currency: 'EUR' },
                    { article: '009', price: '1.00', currency: 'EUR' },
                ],
                prefix: 'erp_',
                select: ['price'],
            },
            given: [
                { sku: '007', name: 'Pot' },
                { sku: '008', name: 'Pan' },
            ],
            then: [
                { sku: '007', name: 'Pot', erp_price: '9.99' },
                { sku: '008', name: 'Pan' },
            ],
        },
        {
            title: 'What stands on both sides only, with a record for each pair',
            config: {
                leftKey: 'id',
                rightKey: 'product',
                type: 'INNER',
                rightData: [
                    { product: '1', shop: 'Ulm' },
                    { product: 1, shop: 'Bonn' },
                ],
            },
            given: [{ id: 1 }, { id: 2 }],
            then: [
                { id: 1, product: '1', shop: 'Ulm' },
                { id: 1, product: 1, shop: 'Bonn' },
            ],
        },
        {
            title: 'Everything of both sides',
            config: { leftKey: 'id', rightKey: 'id', type: 'FULL', prefix: 'r_', rightData: [{ id: 2 }, { id: 3 }] },
            given: [{ id: 1 }, { id: 2 }],
            then: [{ id: 1 }, { id: 2, r_id: 2 }, { r_id: 3 }],
        },
    ],
    create({ config: { leftKey, rightKey, rightData, rightDataPath, type, prefix, select } }) {
        for (const path of [leftKey, rightKey, ...(select ?? [])]) readerOf(path);
        const right = rightOf(rightData, rightDataPath);
        const whole: JoinOperation = { kind: 'JOIN', type, leftKey, rightKey, right, prefix };
        return { whole: select ? { ...whole, select } : whole };
    },
});

type RightData = Extract<JoinOperation['right'], { records: unknown }>['records'];

function rightOf(records: RightData | undefined, path: string | undefined): JoinOperation['right'] {
    if ((records === undefined) === (path === undefined)) {
        throw new UserError(
            'join-right-side',
            records === undefined
                ? 'The join does not say what it joins with.'
                : 'The join has two right sides: records that stand in it, and the output of a step.',
            'Give either "rightData" or "rightDataPath".',
        );
    }
    return records ? { records } : { step: stepOutput.exec(path!)![1]! };
}
