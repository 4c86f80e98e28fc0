import { mapValues } from './convert/map-values.operator';
import { parseJson } from './convert/parse-json.operator';
import { parsePairs } from './convert/parse-pairs.operator';
import { toBoolean } from './convert/to-boolean.operator';
import { toCents } from './convert/to-cents.operator';
import { toDate } from './convert/to-date.operator';
import { toNumber } from './convert/to-number.operator';
import { toText } from './convert/to-text.operator';
import { coalesce } from './field/coalesce.operator';
import { copy } from './field/copy.operator';
import { defaultValue } from './field/default.operator';
import { map } from './field/map.operator';
import { nest } from './field/nest.operator';
import { omit } from './field/omit.operator';
import { pick } from './field/pick.operator';
import { removeEmpty } from './field/remove-empty.operator';
import { remove } from './field/remove.operator';
import { rename } from './field/rename.operator';
import { set } from './field/set.operator';
import { dropRecord } from './flow/drop.operator';
import { filter } from './flow/filter.operator';
import { ifThenElse } from './flow/if-then-else.operator';
import { rejectRecord } from './flow/reject.operator';
import { collect } from './list/collect.operator';
import { expand } from './list/expand.operator';
import { fromEntries } from './list/from-entries.operator';
import { gather } from './list/gather.operator';
import { joinText } from './list/join-text.operator';
import { split } from './list/split.operator';
import { toEntries } from './list/to-entries.operator';
import { treePaths } from './list/tree-paths.operator';
import { zip } from './list/zip.operator';
import { lowercase } from './text/lowercase.operator';
import { prefix } from './text/prefix.operator';
import { replace } from './text/replace.operator';
import { slugify } from './text/slugify.operator';
import { template } from './text/template.operator';
import { trim } from './text/trim.operator';
import { uppercase } from './text/uppercase.operator';

/** Operators that work on one record, at once and without others inside them; they may stand inside `when` and `each`. */
export const plainOperators = [
    rename,
    map,
    set,
    copy,
    remove,
    pick,
    omit,
    defaultValue,
    coalesce,
    removeEmpty,
    nest,
    trim,
    uppercase,
    lowercase,
    replace,
    template,
    slugify,
    prefix,
    split,
    joinText,
    collect,
    gather,
    treePaths,
    zip,
    fromEntries,
    toEntries,
    expand,
    toNumber,
    toCents,
    toBoolean,
    toDate,
    toText,
    mapValues,
    parseJson,
    parsePairs,
    ifThenElse,
    filter,
    dropRecord,
    rejectRecord,
] as const;
