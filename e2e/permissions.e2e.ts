import { MODULE_METADATA, PATH_METADATA, METHOD_METADATA } from '@nestjs/common/constants';
import { RequestMethod, Type } from '@nestjs/common';
import { AdministratorService, RoleService } from '@vendure/core';
import {
    buildClientSchema,
    getIntrospectionQuery,
    getNamedType,
    GraphQLArgument,
    GraphQLField,
    GraphQLInputField,
    GraphQLSchema,
    IntrospectionQuery,
    isEnumType,
    isInputObjectType,
    isLeafType,
    isListType,
    isRequiredArgument,
    isRequiredInputField,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DataHubPlugin } from '../src';
import { AdminApi } from './support/admin-api';
import { testDatabases } from './support/databases';
import { bootVendure, BootedVendure } from './support/vendure';

const sqlite = testDatabases.find(database => database.name === 'sqlite')!;

describe('permissions', () => {
    let vendure: BootedVendure;
    let schema: GraphQLSchema;
    let anonymous: AdminApi;
    let clerk: AdminApi;

    beforeAll(async () => {
        vendure = await bootVendure({
            database: sqlite,
            databaseName: 'h_permissions',
            plugins: [DataHubPlugin.init()],
        });
        anonymous = new AdminApi(vendure.url);
        schema = buildClientSchema(await anonymous.query<IntrospectionQuery>(getIntrospectionQuery()));
        clerk = await loginAsClerk(vendure);
    });

    afterAll(() => vendure?.close());

    it('are asked for by every query and mutation', async () => {
        const fields = [
            ...fieldsOf('query', schema.getQueryType()!.getFields()),
            ...fieldsOf('mutation', schema.getMutationType()!.getFields()),
        ];
        expect(fields.length).toBeGreaterThanOrEqual(25);
        for (const [who, client] of [
            ['anonymous', anonymous],
            ['clerk', clerk],
        ] as const) {
            const open: string[] = [];
            for (const { name, document } of fields) {
                const { errors } = await client.ask(document);
                if (errors?.[0]?.extensions?.code !== 'FORBIDDEN') open.push(`${name}: ${JSON.stringify(errors)}`);
            }
            expect(open, who).toEqual([]);
        }
    });

    it('are asked for by every REST route except that everybody may ask what is up', async () => {
        const routes = routesOf(DataHubPlugin);
        expect(routes).toContain('POST /data-hub/upload');
        expect(routes).toContain('GET /data-hub/quarantine/x.csv');
        // Load balancers have no user; see HealthController for what it tells them.
        for (const route of routes.filter(route => route !== 'GET /data-hub/health')) {
            const [method, path] = route.split(' ') as [string, string];
            expect([route, (await anonymous.rest(method, path)).status]).toEqual([route, 403]);
            expect([route, (await clerk.rest(method, path)).status]).toEqual([route, 403]);
        }
    });

    it('can be given to roles one by one', () => {
        const permissions = schema.getType('Permission');
        const names = isEnumType(permissions) ? permissions.getValues().map(value => value.name) : [];
        expect(names).toEqual(
            expect.arrayContaining([
                'CreateDataHubPipeline',
                'ReadDataHubPipeline',
                'UpdateDataHubPipeline',
                'DeleteDataHubPipeline',
                'RunDataHubPipeline',
                'UndoDataHubRun',
                'ReadDataHubRun',
                'ApproveDataHubGate',
                'UpdateDataHubRecordError',
                'EditDataHubRecordError',
                'ReplayDataHubRecordError',
                'ReadDataHubSettings',
                'WriteDataHubSettings',
                'ReadDataHubSecret',
                'UpdateDataHubConnection',
                'UploadDataHubFile',
            ]),
        );
    });
});

/** Somebody with an account, who may do other things. */
async function loginAsClerk({ app, ctx, url }: BootedVendure): Promise<AdminApi> {
    const role = await app.get(RoleService).create(ctx, {
        code: 'clerk',
        description: 'Clerk',
        permissions: ['ReadCatalog', 'UpdateCatalog', 'ReadSettings'] as never,
    });
    await app.get(AdministratorService).create(ctx, {
        emailAddress: 'clerk@example.com',
        firstName: 'C',
        lastName: 'Lerk',
        password: 'clerk-password',
        roleIds: [role.id],
    });
    return new AdminApi(url).login('clerk@example.com', 'clerk-password');
}

function fieldsOf(
    operation: 'query' | 'mutation',
    fields: Record<string, GraphQLField<unknown, unknown>>,
): { name: string; document: string }[] {
    return Object.values(fields)
        .filter(field => /DataHub|Gate$/i.test(field.name))
        .map(field => {
            const given = field.args.filter(isRequiredArgument).map(arg => `${arg.name}: ${literalFor(arg)}`);
            const args = given.length > 0 ? `(${given.join(', ')})` : '';
            const selection = isLeafType(getNamedType(field.type)) ? '' : '{ __typename }';
            return { name: field.name, document: `${operation} { ${field.name}${args} ${selection} }` };
        });
}

/** Some value that the schema accepts, so that nothing but the permission can refuse the request. */
function literalFor(input: GraphQLArgument | GraphQLInputField): string {
    const type = getNamedType(input.type);
    if (isListType(input.type)) return '[]';
    if (isEnumType(type)) return type.getValues()[0]!.name;
    if (isInputObjectType(type)) {
        const required = Object.values(type.getFields()).filter(isRequiredInputField);
        return `{ ${required.map(field => `${field.name}: ${literalFor(field)}`).join(', ')} }`;
    }
    return { Int: '1', Float: '1', Boolean: 'true', JSON: '{}' }[type.name] ?? '"1"';
}

function routesOf(plugin: Type): string[] {
    const controllers = (Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, plugin) ?? []) as Type[];
    return controllers.flatMap(controller => {
        const prefix = Reflect.getMetadata(PATH_METADATA, controller) as string;
        const prototype = controller.prototype as Record<string, object>;
        return Object.getOwnPropertyNames(prototype).flatMap(name => {
            const method = Reflect.getMetadata(METHOD_METADATA, prototype[name]!) as RequestMethod | undefined;
            if (method === undefined) return [];
            const path = Reflect.getMetadata(PATH_METADATA, prototype[name]!) as string;
            return [`${RequestMethod[method]} /${[prefix, path].join('/').replace(/:\w+/g, 'x')}`];
        });
    });
}
