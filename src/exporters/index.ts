import { fileExporter } from './file/file.exporter';

/** Every exporter that DataHub brings along. */
export const builtInExporters = [fileExporter] as const;
