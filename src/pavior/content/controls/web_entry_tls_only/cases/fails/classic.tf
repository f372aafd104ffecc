resource "aws_elb" "a" {
  name = "orders"

  listener {
    instance_port      = 8080
    instance_protocol  = "http"
    lb_port            = 443
    lb_protocol        = "http"
  }
}
