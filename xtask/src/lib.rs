//! The parts of the chores that others use: the fuzz targets share the
//! generator of the differential run.

pub mod differential;
