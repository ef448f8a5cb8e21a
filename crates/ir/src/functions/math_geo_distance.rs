//! `math.geo_distance`: the distance between two places.

use super::prelude::*;

/// The mean radius of the earth in metres, as Google's S2 library has it.
const EARTH_RADIUS: f64 = 6_371_010.0;

/// The result for coordinates that are none.
const INVALID: Value<'static> = Value::Float(-1.0);

pub(crate) const FUNCTION: Function = Function {
    name: "math.geo_distance",
    params: &[
        required("longitude1", Accepts::Number),
        required("latitude1", Accepts::Number),
        required("longitude2", Accepts::Number),
        required("latitude2", Accepts::Number),
    ],
    returns: Returns::Always(Type::Float),
    summary: "Returns the distance in metres between two points on the earth.",
    details: "Coordinates are degrees, longitude first. The distance is along a sphere with a \
              radius of 6,371,010 m. A longitude beyond 180 or a latitude beyond 90 degrees, \
              either way, gives -1. The reference prints 134.564318 and 1926.421905 for the first \
              two examples, which no sphere gives for the coordinates as printed; they agree if \
              the longitudes have more digits than the page shows.",
    examples: &[
        example(
            &[
                Lit::Float(-122.020_287),
                Lit::Float(37.407_574),
                Lit::Float(-122.021_81),
                Lit::Float(37.407_574),
            ],
            Lit::Float(134.520_628),
        ),
        example(
            &[
                Lit::Float(-122.0),
                Lit::Float(37.407_574),
                Lit::Float(-122.021_81),
                Lit::Float(37.407_574),
            ],
            Lit::Float(1_926.391_921),
        ),
        edge(
            &[
                Lit::Float(-122.897_68),
                Lit::Float(37.407_574),
                Lit::Float(-122.021_81),
                Lit::Float(97.407_574),
            ],
            Lit::Float(-1.0),
            "no such latitude",
        ),
        edge(
            &[
                Lit::Float(-122.897_68),
                Lit::Float(37.407_574),
                Lit::Float(-122.897_68),
                Lit::Float(37.407_574),
            ],
            Lit::Float(0.0),
            "the same place",
        ),
        edge(
            &[Lit::Int(0), Lit::Int(90), Lit::Int(0), Lit::Int(-90)],
            Lit::Float(20_015_118.211_5),
            "from pole to pole",
        ),
    ],
    eval,
};

fn eval<'a>(_: &Call<'_>, args: &[Value<'a>]) -> Value<'a> {
    let degrees = |index, bound: f64| {
        float(args, index)
            .filter(|d| d.abs() <= bound)
            .map(f64::to_radians)
    };
    let (Some(lon1), Some(lat1)) = (degrees(0, 180.0), degrees(1, 90.0)) else {
        return INVALID;
    };
    let (Some(lon2), Some(lat2)) = (degrees(2, 180.0), degrees(3, 90.0)) else {
        return INVALID;
    };
    // The haversine formula stays exact for points that lie close together.
    let north = ((lat2 - lat1) / 2.0).sin().powi(2);
    let east = ((lon2 - lon1) / 2.0).sin().powi(2);
    let chord = (lat1.cos() * lat2.cos())
        .mul_add(east, north)
        .sqrt()
        .min(1.0);
    Value::Float(2.0 * EARTH_RADIUS * chord.asin())
}
