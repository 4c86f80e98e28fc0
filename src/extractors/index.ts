import { fileExtractor } from './file/file.extractor';
import { inMemoryExtractor } from './in-memory/in-memory.extractor';

/** Every extractor that DataHub brings along. */
export const builtInExtractors = [fileExtractor, inMemoryExtractor] as const;
