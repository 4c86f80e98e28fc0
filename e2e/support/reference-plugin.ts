import { PluginCommonModule, VendurePlugin } from '@vendure/core';
import { DataHubReference } from '../../src/entities/data-hub-reference.entity';

/** All that a loader needs of DataHub in a shop where it is called without a pipeline: the table of external ids. */
@VendurePlugin({ imports: [PluginCommonModule], entities: [DataHubReference], compatibility: '^3.7.0' })
export class ReferencePlugin {}
