//! One slice per noun. Slices never import slices.
