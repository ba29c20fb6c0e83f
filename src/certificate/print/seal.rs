//! The picture of a seal (印章): a PNG with a transparent background.

use krilla::Document;
use krilla::geom::Size;
use krilla::image::Image;

use crate::chain::sha256;

/// Largest file, as every certificate carries it; a seal of 42 mm at 300 dots per inch has 500 dots a side.
pub const SEAL_BYTES_MAX: usize = 60_000;
const SIDE_MAX: u32 = 1200;

/// The reason why a picture is no seal.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoSeal {
    #[error("the seal is larger than {} kB", SEAL_BYTES_MAX / 1000)]
    TooLarge,
    #[error("the seal is no PNG that can be read: {0}")]
    Format(String),
    #[error("the seal is {0} × {1} dots; it has to be square, with at most {SIDE_MAX} dots a side")]
    Side(u32, u32),
}

/// A seal. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Seal {
    image: Image,
    digest: String,
}

impl Seal {
    pub fn read(png: Vec<u8>) -> Result<Seal, NoSeal> {
        if png.len() > SEAL_BYTES_MAX {
            return Err(NoSeal::TooLarge);
        }
        let digest = sha256(&png);
        let image = Image::from_png(png.into(), false).map_err(NoSeal::Format)?;
        let (width, height) = image.size();
        if width != height || width > SIDE_MAX || width == 0 {
            return Err(NoSeal::Side(width, height));
        }
        trial(&image).map_err(NoSeal::Format)?;
        Ok(Seal { image, digest })
    }

    /// SHA-256 of its file, in hex, as in the content of a certificate.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    pub(super) fn image(&self) -> &Image {
        &self.image
    }
}

/// Prints it once: that shows whether all of it can be read, and then its dots are kept for all certificates.
fn trial(image: &Image) -> Result<(), String> {
    let mut document = Document::new();
    let mut page = document.start_page();
    let mut surface = page.surface();
    surface.draw_image(image.clone(), Size::from_wh(1.0, 1.0).ok_or("no size")?);
    surface.finish();
    page.finish();
    document.finish().map(drop).map_err(|error| error.to_string())
}
