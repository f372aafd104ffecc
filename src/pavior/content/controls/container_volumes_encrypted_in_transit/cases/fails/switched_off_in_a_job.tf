resource "aws_batch_job_definition" "scans" {
  name = "scans"
  type = "container"

  container_properties = jsonencode({
    image = "scans:1"
    volumes = [
      { name = "scans", efsVolumeConfiguration = { fileSystemId = "fs-0a1b2c3d", transitEncryption = "DISABLED" } },
    ]
  })
}
