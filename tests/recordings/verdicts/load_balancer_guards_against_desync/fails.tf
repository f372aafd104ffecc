resource "aws_elb" "a" {
  name                   = "orders"
  desync_mitigation_mode = "monitor"

  listener {
    instance_port     = 80
    instance_protocol = "http"
    lb_port           = 80
    lb_protocol       = "http"
  }
}
