import { it } from 'vitest';
import { AdapterRegistry } from '../adapters/adapter-registry';
import { builtInOperators } from '../operators';
import { definitionJsonSchema } from './definition-json-schema';
it('x', () => { const s = JSON.stringify(definitionJsonSchema(new AdapterRegistry().register(...builtInOperators)), null, 2); console.log(s.length); console.log(JSON.stringify(JSON.parse(s)).length, Object.keys(JSON.parse(s).$defs), s.slice(3000, 6000)); });
