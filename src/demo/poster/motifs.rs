//! The flat motifs above a poster's title: one formula each. Never knows colours, only which tone a point has.

/// One of fourteen motifs, and what sets two posters with the same one apart.
#[derive(Debug, Clone, Copy)]
pub struct Motif {
    number: usize,
    /// Shift in both directions, in units of the board.
    shift: (f32, f32),
    mirrored: bool,
    /// Sea or forest floor go on below the title; only some colours bear that.
    is_deep: bool,
}

impl Motif {
    pub fn new(number: usize, variant: u32) -> Motif {
        let part = |bits: u32| f32::from(u8::try_from(bits % 16).unwrap_or_default());
        let shift =
            if variant == 0 { (0.0, 0.0) } else { (part(variant) * 3.0 - 22.0, part(variant >> 4) * 2.0 - 15.0) };
        Motif { number, shift, mirrored: variant >> 8 & 1 == 1, is_deep: number == 12 || number == 0 && variant == 0 }
    }

    /// The tone of a point, none for the ground. The board is 240 wide; titles begin at 276.
    pub fn tone(&self, x: f32, y: f32) -> Option<usize> {
        let x = if self.mirrored { 240.0 - x } else { x } - self.shift.0;
        let y = if y > 262.0 { y } else { y - self.shift.1 };
        if y > 268.0 && !self.is_deep {
            return None;
        }
        match self.number {
            0 => lighthouse(x, y),
            1 => wings(x, y),
            2 => planet(x, y),
            3 => hills(x, y),
            4 => discs(x, y),
            5 => orrery(x, y),
            6 => road(x, y),
            7 => windows(x, y),
            8 => contours(x, y),
            9 => corridor(x, y),
            10 => shore(x, y),
            11 => toys(x, y),
            12 => forest(x, y),
            _ => waves(x, y),
        }
    }
}

fn round(x: f32, y: f32, cx: f32, cy: f32, radius: f32) -> bool {
    (x - cx).hypot(y - cy) < radius
}

fn boxed(x: f32, y: f32, left: f32, top: f32, width: f32, height: f32) -> bool {
    (left..left + width).contains(&x) && (top..top + height).contains(&y)
}

/// The first of the layers that holds.
fn first(layers: &[(bool, usize)]) -> Option<usize> {
    layers.iter().find(|(holds, _)| *holds).map(|(_, tone)| *tone)
}

fn lighthouse(x: f32, y: f32) -> Option<usize> {
    let dx = (x - 120.0).abs();
    let tower = y > 132.0 && dx < 12.0 + (y - 132.0) * 0.07;
    let bands = tower && ((165.0..200.0).contains(&y) || (230.0..262.0).contains(&y));
    let roof = (90.0..108.0).contains(&y) && dx < (y - 88.0) * 0.9;
    let beam = dx > 14.0 && (y - 118.0).abs() < (dx - 8.0) * 0.34;
    let sea = y > 262.0 + (x / 19.0).sin() * 5.0;
    first(&[
        (sea, 2),
        (roof || bands, 1),
        (tower, 0),
        (boxed(x, y, 109.0, 108.0, 22.0, 24.0), 0),
        (beam && x < 120.0, 0),
        (beam && (y * 0.25) as i32 % 2 == 0, 0),
    ])
}

fn wings(x: f32, y: f32) -> Option<usize> {
    let dx = (x - 120.0).abs();
    let upper = 176.0 - 62.0 * (dx / 58.0).sin().max(-0.3) - dx * 0.12;
    let lower = 190.0 - dx * 0.62 + 14.0 * (dx / 9.0).sin();
    let body = dx < 13.0 - (y - 190.0).abs() * 0.11 && (130.0..262.0).contains(&y);
    first(&[(body, 1), (dx < 108.0 && y > upper && y < lower.max(upper + 7.0), 0), (round(x, y, 188.0, 62.0, 26.0), 2)])
}

fn planet(x: f32, y: f32) -> Option<usize> {
    let ship = (x - 92.0 + (y - 208.0) * 0.35).abs() < 44.0 && (y - 208.0 + (x - 92.0) * 0.35).abs() < 6.0
        || (x - 92.0 + (y - 208.0) * 0.35).abs() < 7.0 && (y - 208.0 + (x - 92.0) * 0.35).abs() < 26.0;
    first(&[
        (ship, 2),
        (round(x, y, 232.0, 62.0, 62.0), 2),
        (round(x, y, 232.0, 62.0, 106.0), 1),
        (round(x, y, 232.0, 62.0, 150.0), 0),
    ])
}

fn hills(x: f32, y: f32) -> Option<usize> {
    let front = y > 222.0 - 32.0 * ((x + 30.0) / 52.0).sin();
    let back = y > 176.0 - 28.0 * ((x - 60.0) / 44.0).cos();
    first(&[(front, 0), (back, 1), (round(x, y, 180.0, 74.0, 34.0), 2)])
}

fn discs(x: f32, y: f32) -> Option<usize> {
    let (column, row) = (((x - 24.0) / 64.0).floor(), ((y - 34.0) / 72.0).floor());
    let inside = (0.0..3.0).contains(&column) && (0.0..3.0).contains(&row);
    let radius = 14.0 + (column * 7.0 + row * 5.0) % 13.0;
    let disc = inside && round(x, y, 56.0 + column * 64.0, 70.0 + row * 72.0, radius);
    let odd = (column + row * 2.0) % 3.0;
    first(&[(disc && column == 2.0 && row == 1.0, 2), (disc && odd < 1.0, 0), (disc, 1)])
}

fn orrery(x: f32, y: f32) -> Option<usize> {
    let (dx, dy) = (x - 120.0, y - 142.0);
    let (along, across) = (dx * 0.91 - dy * 0.41, dx * 0.41 + dy * 0.91);
    let ring = |radius: f32| ((along / radius).hypot(across / (radius * 0.4)) - 1.0).abs() * radius * 0.55 < 1.3;
    let planets = round(x, y, 214.0, 98.0, 10.0) || round(x, y, 52.0, 184.0, 7.0) || round(x, y, 166.0, 150.0, 6.0);
    first(&[(round(x, y, 120.0, 142.0, 23.0), 1), (planets, 2), (ring(106.0) || ring(80.0) || ring(54.0), 0)])
}

fn road(x: f32, y: f32) -> Option<usize> {
    let depth = y - 168.0;
    let lane = depth > 0.0 && (x - 120.0 + depth * 0.3).abs() < 5.0 + depth * 0.62;
    let dash =
        lane && (x - 120.0 + depth * 0.3).abs() < 1.0 + depth * 0.05 && ((depth.max(1.0)).ln() * 7.0) as i32 % 2 == 0;
    first(&[(dash, 2), (lane, 1), (depth > 0.0, 0), (round(x, y, 120.0, 150.0, 66.0) && depth < 0.0, 2)])
}

fn windows(x: f32, y: f32) -> Option<usize> {
    let (column, row) = (((x - 28.0) / 38.0).floor(), ((y - 30.0) / 34.0).floor());
    let pane = (0.0..5.0).contains(&column)
        && (0.0..7.0).contains(&row)
        && boxed(x - 28.0 - column * 38.0, y - 30.0 - row * 34.0, 3.0, 4.0, 30.0, 22.0);
    let lit = (column * 3.0 + row * 5.0) % 11.0;
    first(&[(pane && lit == 2.0, 2), (pane && (lit == 6.0 || lit == 9.0), 1), (pane, 0)])
}

fn contours(x: f32, y: f32) -> Option<usize> {
    let (dx, dy) = (x - 122.0, y - 148.0);
    let angle = dy.atan2(dx);
    let height = dx.hypot(dy) / (1.0 + 0.16 * (angle * 3.0).sin() + 0.1 * (angle * 2.0 + 1.0).cos());
    let line = (height / 15.0 - (height / 15.0).round()).abs() * 15.0 < 1.2 && height < 112.0;
    let cross = height < 9.0 && (dx - dy).abs().min((dx + dy).abs()) < 3.4;
    first(&[(cross, 2), (line && (height / 15.0).round() % 3.0 == 0.0, 0), (line, 1)])
}

fn corridor(x: f32, y: f32) -> Option<usize> {
    let depth = ((x - 120.0).abs() / 108.0).max((y - 142.0).abs() / 122.0);
    let step = (depth * 7.0).ceil();
    let figure =
        round(x, y, 120.0, 136.0, 5.0) || (142.0..162.0).contains(&y) && (x - 120.0).abs() < 4.0 + (y - 142.0) * 0.2;
    first(&[
        (figure && step <= 2.0, 1),
        (step <= 1.0, 2),
        (step <= 3.0, 1),
        (step <= 5.0 && step > 4.0, 1),
        (step <= 7.0, 0),
    ])
}

fn shore(x: f32, y: f32) -> Option<usize> {
    let swell = |height: f32, phase: f32| y > height + ((x + phase) / 24.0).sin() * 7.0;
    first(&[
        (swell(232.0, 20.0), 1),
        (swell(196.0, 70.0), 0),
        (round(x, y, 166.0, 118.0, 34.0) && y < 156.0, 2),
        (y > 156.0 && y < 158.0, 1),
    ])
}

fn toys(x: f32, y: f32) -> Option<usize> {
    let soldier =
        boxed(x, y, 24.0, 156.0, 50.0, 84.0) || (y > 76.0 && y < 122.0 && (x - 120.0).abs() < (y - 74.0) * 0.55);
    let tower = boxed(x, y, 95.0, 122.0, 50.0, 118.0);
    let heads = round(x, y, 49.0, 128.0, 24.0) || boxed(x, y, 166.0, 178.0, 50.0, 62.0);
    let hat = boxed(x, y, 174.0, 140.0, 34.0, 38.0);
    let wheels = (240.0..262.0).contains(&y)
        && [36.0, 62.0, 107.0, 133.0, 178.0, 204.0].iter().any(|cx| round(x, y, *cx, 250.0, 10.0));
    first(&[(wheels, 1), (heads, 2), (soldier || hat, 0), (tower, 1)])
}

fn forest(x: f32, y: f32) -> Option<usize> {
    let floor = y > 258.0 + (x / 21.0).sin() * 6.0;
    let mushroom = round(x, y, 128.0, 236.0, 27.0) && y < 236.0 || boxed(x, y, 121.0, 234.0, 14.0, 30.0);
    let trunk = |left: f32, width: f32| x > left && x < left + width;
    let near = trunk(112.0, 28.0) || trunk(-20.0, 16.0) || trunk(236.0, 20.0);
    let far = trunk(14.0, 12.0) || trunk(44.0, 20.0) || trunk(86.0, 10.0) || trunk(160.0, 14.0) || trunk(188.0, 22.0);
    first(&[(floor, usize::MAX), (mushroom, 2), (near, 1), (far, 0)]).filter(|tone| *tone < 3)
}

fn waves(x: f32, y: f32) -> Option<usize> {
    let row = ((y - 50.0) / 21.0).round();
    let bump = (-((x - 108.0) / 46.0).powi(2)).exp() * (x / 7.5).sin() * (4.0 + row * 1.5);
    let line = (y - 50.0 - row * 21.0 - bump * 0.8).abs() < 1.9;
    let inside = (0.0..=9.0).contains(&row) && (18.0..222.0).contains(&x);
    first(&[(line && inside && row % 3.0 == 0.0, 0), (line && inside && row % 3.0 == 1.0, 1), (line && inside, 2)])
}
