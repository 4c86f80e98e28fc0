import fc from 'fast-check';
import { isFull, seed } from './scale';

if (!isFull || process.env.DATA_HUB_TEST_SEED !== undefined) fc.configureGlobal({ seed });
