/**
 * What came of giving a file's free space back to the disk: too little of it is free; somebody holds what the file held, so
 * later; there is no room for the copy that it takes; or done.
 */
export type Shrunk =
  | { readonly kind: 'dense' }
  | { readonly kind: 'held' }
  | { readonly kind: 'no_room'; readonly wantedBytes: number }
  | { readonly kind: 'shrunk'; readonly beforeBytes: number; readonly afterBytes: number };
